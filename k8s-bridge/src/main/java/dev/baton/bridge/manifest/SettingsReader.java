package dev.baton.bridge.manifest;

import dev.baton.contract.Cidr;
import dev.baton.contract.DurationText;
import dev.baton.contract.FailsafeMode;
import dev.baton.contract.OnNoGateway;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Timings;
import java.time.Duration;

/** Reads Baton's own kind {@code Settings}. A document holds all settings. */
final class SettingsReader {
    private SettingsReader() {}

    /** @param unnamed what a setting is that the document does not name */
    static SettingsDeclared read(Document document, Settings unnamed) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec")
                .requiredObject("spec")
                .only(
                        "tunnelUpdatePeriod",
                        "tunnelMonitorPeriod",
                        "eipEvictionTimeout",
                        "ackTimeout",
                        "quarantine",
                        "maxFailPercent",
                        "onNoGateway",
                        "failsafe",
                        "tunnelIpv4Subnet",
                        "tunnelIpv6Subnet");
        try {
            return new SettingsDeclared(new Settings(
                    new Timings(
                            duration(
                                    spec,
                                    "tunnelUpdatePeriod",
                                    unnamed.timings().tunnelUpdatePeriod()),
                            duration(
                                    spec,
                                    "tunnelMonitorPeriod",
                                    unnamed.timings().tunnelMonitorPeriod()),
                            duration(
                                    spec,
                                    "eipEvictionTimeout",
                                    unnamed.timings().eipEvictionTimeout())),
                    duration(spec, "ackTimeout", unnamed.ackTimeout()),
                    duration(spec, "quarantine", unnamed.quarantine()),
                    spec.number("maxFailPercent").map(Math::toIntExact).orElse(unnamed.maxFailPercent()),
                    only(spec, "onNoGateway", "drop", OnNoGateway.DROP),
                    only(spec, "failsafe", "off", FailsafeMode.OFF),
                    spec.parsedText("tunnelIpv4Subnet", Cidr::parse).orElse(unnamed.tunnelIpv4Subnet()),
                    spec.parsedText("tunnelIpv6Subnet", Cidr::parse).orElse(unnamed.tunnelIpv6Subnet())));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw document.bad("spec", String.valueOf(e.getMessage()));
        }
    }

    private static Duration duration(Fields spec, String field, Duration absent) {
        return spec.parsedText(field, DurationText::parse).orElse(absent);
    }

    private static <T> T only(Fields spec, String field, String allowed, T value) {
        spec.text(field).filter(text -> !text.equals(allowed)).ifPresent(text -> {
            throw spec.bad(field, "\"" + text + "\" is not allowed; allowed is " + allowed);
        });
        return value;
    }
}
