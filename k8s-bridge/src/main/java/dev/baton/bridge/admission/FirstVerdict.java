package dev.baton.bridge.admission;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges objects that nobody has sent, before the first request comes. The first verdict of a process loads classes and
 * connects to the API server, which can take longer on a busy machine than the API server waits; it would let the
 * object pass unjudged.
 */
final class FirstVerdict {
    private static final Logger log = LoggerFactory.getLogger(FirstVerdict.class);

    private static final String GATEWAY = """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "first", "operation": "CREATE", "kind": {"kind": "EgressGateway"}, "name": "first-verdict",
          "object": {"apiVersion": "egressgateway.spidernet.io/v1beta1", "kind": "EgressGateway",
            "metadata": {"name": "first-verdict"},
            "spec": {"ippools": {"ipv4": ["192.0.2.1-192.0.2.2"]},
              "nodeSelector": {"selector": {"matchLabels": {"egress": "true"}}}}}}}
        """;
    private static final String POLICY = """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
          "uid": "first", "operation": "CREATE", "kind": {"kind": "EgressPolicy"}, "namespace": "default",
          "name": "first-verdict",
          "object": {"apiVersion": "egressgateway.spidernet.io/v1beta1", "kind": "EgressPolicy",
            "metadata": {"name": "first-verdict", "namespace": "default"},
            "spec": {"egressGatewayName": "first-verdict",
              "appliedTo": {"podSelector": {"matchLabels": {"app": "first-verdict"}}}}}}}
        """;

    private FirstVerdict() {}

    /** An API server that does not answer yet is no reason not to serve: then the first request waits for it. */
    static void by(Admission admission) {
        try {
            judge(admission, GATEWAY);
            judge(admission, POLICY);
        } catch (RuntimeException e) {
            log.info("event=first_verdict_failed reason=\"{}\"", e.getMessage());
        }
    }

    private static void judge(Admission admission, String review) {
        AdmissionRequest request = Reviews.read(review.getBytes(StandardCharsets.UTF_8));
        Reviews.answer(request.uid(), admission.mutate(request));
        Reviews.answer(request.uid(), admission.validate(request));
    }
}
