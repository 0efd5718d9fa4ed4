package dev.baton.prober;

import dev.baton.contract.mesh.EndpointAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Texts as they may stand in a request: whatever was declared, it begins no second line and no second request. */
final class RequestText {
    static final String AGENT = "baton-prober";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private RequestText() {}

    static String authority(String host, EndpointAddress endpoint) {
        return escaped(host.isEmpty() ? endpoint.toString() : host);
    }

    /** With everything escaped that is no visible ASCII character. */
    static String escaped(String text) {
        if (text.chars().allMatch(RequestText::isVisible)) {
            return text;
        }
        var escaped = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (isVisible(each)) {
                escaped.append((char) each);
            } else {
                escaped.append('%').append(HEX.toHexDigits(each));
            }
        }
        return escaped.toString();
    }

    private static boolean isVisible(int character) {
        return character > ' ' && character < 0x7f;
    }
}
