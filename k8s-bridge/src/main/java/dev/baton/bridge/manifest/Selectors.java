package dev.baton.bridge.manifest;

import dev.baton.contract.LabelSelector;
import dev.baton.contract.LabelSelector.Operator;
import dev.baton.contract.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.Optional;

/** Reads label selectors. */
final class Selectors {
    private Selectors() {}

    static LabelSelector read(Fields selector) {
        selector.only("matchLabels", "matchExpressions");
        var requirements = new ArrayList<Requirement>();
        for (Fields expression : selector.objects("matchExpressions")) {
            expression.only("key", "operator", "values");
            String key = expression.requiredText("key");
            Operator operator = operator(expression);
            try {
                requirements.add(new Requirement(key, operator, expression.texts("values")));
            } catch (IllegalArgumentException e) {
                throw expression.bad("values", String.valueOf(e.getMessage()));
            }
        }
        return new LabelSelector(selector.labels("matchLabels"), requirements);
    }

    /** A selector that must select something: EgressGateway's webhook refuses one without terms. */
    static LabelSelector readRequired(Fields parent, String field) {
        Optional<LabelSelector> selector = parent.object(field).map(Selectors::read);
        if (selector.isEmpty() || selector.get().isEmpty()) {
            throw parent.bad(field, "selects nothing; give at least one of matchLabels and matchExpressions");
        }
        return selector.get();
    }

    private static Operator operator(Fields expression) {
        String text = expression.requiredText("operator");
        return switch (text) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default ->
                throw expression.bad(
                        "operator", "\"" + text + "\" is not allowed; allowed are In, NotIn, Exists, DoesNotExist");
        };
    }
}
