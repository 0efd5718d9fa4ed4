package dev.baton.contract;

/** A log is at rules that this release does not know: whatever it concluded from it might be wrong. */
public final class UnknownRules extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private UnknownRules(String problem) {
        super(problem);
    }

    /** @throws UnknownRules if the fleet's log is at rules after the newest that are known */
    public static void check(FleetId fleet, Rules rules, Rules newest) {
        if (rules.isAfter(newest)) {
            throw new UnknownRules("fleet " + fleet + " is at rules version " + rules + ", and this release knows "
                    + newest + " at most. Start a newer release");
        }
    }
}
