package dev.baton.datapath.linux.iptables;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Rules of one chain, each with a hash in its comment that stands for it and for all rules before it: EgressGateway's
 * hashes, which its users' documents show. They say whether a chain is as it was programmed.
 *
 * @param rules as iptables-restore takes them behind {@code -A CHAIN}
 * @param hashes of each of them
 */
record HashedRules(List<String> rules, List<String> hashes) {
    static final String MARKER = "egw:";
    private static final int HASH_LENGTH = 16;
    private static final int COMMENT_LIMIT = 250;

    /** A rule without its hash. */
    record Rule(String comment, String match, String target) {
        private String text() {
            String said = comment.length() <= COMMENT_LIMIT ? comment : comment.substring(0, COMMENT_LIMIT);
            return "-m comment --comment \"" + said + "\" " + (match.isEmpty() ? "" : match + " ") + "--jump " + target;
        }
    }

    HashedRules {
        rules = List.copyOf(rules);
        hashes = List.copyOf(hashes);
    }

    static HashedRules of(String chain, List<Rule> wanted) {
        var rules = new ArrayList<String>();
        var hashes = new ArrayList<String>();
        MessageDigest digest = sha224();
        byte[] last = digest.digest(bytes(chain));
        for (Rule rule : wanted) {
            digest.update(last);
            last = digest.digest(bytes("-A " + chain + " HASH " + rule.text()));
            String hash = Base64.getUrlEncoder().encodeToString(last).substring(0, HASH_LENGTH);
            hashes.add(hash);
            rules.add("-m comment --comment \"" + MARKER + hash + "\" " + rule.text());
        }
        return new HashedRules(rules, hashes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha224() {
        try {
            return MessageDigest.getInstance("SHA-224");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java has SHA-224", e);
        }
    }
}
