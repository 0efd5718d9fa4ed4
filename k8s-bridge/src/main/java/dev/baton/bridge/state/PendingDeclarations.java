package dev.baton.bridge.state;

import dev.baton.contract.Decision;
import dev.baton.contract.Decision.DeclarationAccepted;
import dev.baton.contract.Decision.DeclarationRefused;
import dev.baton.contract.Declaration;
import dev.baton.contract.NodeDeclared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Declarations that the coordinator has not answered yet, and those that it refused. A declaration is not sent again
 * while its answer is awaited; a refused one is sent again when another was accepted since, because that may have
 * removed the obstacle.
 */
public final class PendingDeclarations {
    /**
     * An answer takes milliseconds. Without a coordinator the pauses double, so that the log is not filled with this.
     */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private static final int MOST_DOUBLINGS = 6;
    /** Bound for answers that were read before the offset of their declaration is known. */
    private static final int MOST_EARLY = 20_000;

    private record Said(Declaration declaration, long atNanos, long offset, int times) {
        boolean isAwaited(long nowNanos) {
            return nowNanos - atNanos < ANSWER_LIMIT.toNanos() << Math.min(times - 1, MOST_DOUBLINGS);
        }
    }

    private record Refused(Declaration declaration, DeclarationRefused answer, long acceptedBefore) {}

    private static final long NOT_APPENDED = -1;

    private final Map<Subject, Said> said = new HashMap<>();
    private final Map<Long, Subject> byOffset = new HashMap<>();
    private final Map<Subject, Refused> refused = new HashMap<>();
    private final SequencedMap<Long, Decision> early = new LinkedHashMap<>();
    private long accepted;

    /**
     * The missing declarations that should be sent now. The refusal of a declaration that is not missing any more is
     * forgotten: the object was changed back, or deleted.
     */
    public List<Declaration> due(List<Declaration> missing, long nowNanos) {
        var due = new ArrayList<Declaration>();
        var subjects = new HashSet<Subject>();
        for (Declaration declaration : missing) {
            Subject subject = Subject.of(declaration).orElseThrow();
            subjects.add(subject);
            Said last = said.get(subject);
            boolean awaited = last != null && last.isAwaited(nowNanos);
            Refused no = refused.get(subject);
            boolean hopeless = no != null && no.declaration().equals(declaration) && no.acceptedBefore() == accepted;
            if (!awaited && !hopeless) {
                due.add(declaration);
            }
        }
        refused.keySet().retainAll(subjects);
        return due;
    }

    public void said(Declaration declaration, long nowNanos) {
        Subject subject = Subject.of(declaration).orElseThrow();
        int times = Optional.ofNullable(said.get(subject))
                .filter(before -> before.declaration().equals(declaration))
                .map(Said::times)
                .orElse(0);
        forget(subject);
        said.put(subject, new Said(declaration, nowNanos, NOT_APPENDED, times + 1));
    }

    /** The declaration was appended. */
    public void appended(Declaration declaration, long offset) {
        Subject subject = Subject.of(declaration).orElseThrow();
        Said last = said.get(subject);
        if (last != null && last.declaration().equals(declaration)) {
            said.put(subject, new Said(declaration, last.atNanos(), offset, last.times()));
            byOffset.put(offset, subject);
            Decision answer = early.remove(offset);
            if (answer != null) {
                answered(answer);
            }
        }
    }

    /** The declaration was not appended: it may be sent again at once. */
    public void failed(Declaration declaration) {
        Subject.of(declaration).ifPresent(this::forget);
    }

    public void answered(Decision decision) {
        switch (decision) {
            case DeclarationAccepted yes -> {
                Optional<Said> of = takeSaid(yes.origin(), decision);
                of.flatMap(said -> Subject.of(said.declaration())).ifPresent(refused::remove);
                // Nodes change all the time, and never make a refused declaration acceptable.
                boolean node = of.filter(said -> said.declaration() instanceof NodeDeclared)
                        .isPresent();
                accepted += node ? 0 : 1;
            }
            case DeclarationRefused no ->
                takeSaid(no.origin(), decision)
                        .ifPresent(of -> refused.put(
                                Subject.of(of.declaration()).orElseThrow(),
                                new Refused(of.declaration(), no, accepted)));
            case Decision.EipFreed _ -> accepted++;
            default -> {}
        }
    }

    private Optional<Said> takeSaid(long offset, Decision answer) {
        Subject subject = byOffset.remove(offset);
        if (subject == null) {
            early.put(offset, answer);
            if (early.size() > MOST_EARLY) {
                early.pollFirstEntry();
            }
            return Optional.empty();
        }
        return Optional.ofNullable(said.remove(subject));
    }

    /** Why the coordinator refused the present form of this object. */
    public Optional<DeclarationRefused> refusal(Subject subject) {
        return Optional.ofNullable(refused.get(subject)).map(Refused::answer);
    }

    /** Leadership was lost: the new leader tracks outstanding declarations. */
    public void reset() {
        said.clear();
        byOffset.clear();
        refused.clear();
        early.clear();
    }

    private void forget(Subject subject) {
        Said last = said.remove(subject);
        if (last != null) {
            byOffset.remove(last.offset());
        }
    }
}
