package dev.baton.bridge.admission;

/** Ends the judging of a request; caught in {@link Admission}. */
final class Denial extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Denial(String message) {
        super(message, null, false, false);
    }

    static Denial of(AdmissionRequest request, String field, String why) {
        return new Denial(request.subject() + ": " + field + ": " + why);
    }
}
