package dev.baton.contract;

/** What an agent does with the assignments that it obeys. */
public enum DatapathMode {
    /** It did not say: its datapath does not know its node yet, or the rules in force do not ask. */
    UNSAID,
    /** It programs its node's kernel. */
    ACTS,
    /** It only writes down what it would do, so nobody answers for an EIP that it holds. */
    RECORDS
}
