package dev.baton.bridge.manifest;

import dev.baton.contract.Cidr;
import dev.baton.contract.DurationText;
import dev.baton.contract.FailsafeMode;
import dev.baton.contract.OnNoGateway;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Timings;
import java.time.Duration;

/** Reads Baton's own kind {@code Settings}. A document holds all settings: what it does not name has its default. */
final class SettingsReader {
    private SettingsReader() {}

    static SettingsDeclared read(Document document) {
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
        Settings base = Settings.DEFAULT;
        try {
            return new SettingsDeclared(new Settings(
                    new Timings(
                            duration(spec, "tunnelUpdatePeriod", base.timings().tunnelUpdatePeriod()),
                            duration(spec, "tunnelMonitorPeriod", base.timings().tunnelMonitorPeriod()),
                            duration(spec, "eipEvictionTimeout", base.timings().eipEvictionTimeout())),
                    duration(spec, "ackTimeout", base.ackTimeout()),
                    duration(spec, "quarantine", base.quarantine()),
                    spec.number("maxFailPercent").map(Math::toIntExact).orElse(base.maxFailPercent()),
                    only(spec, "onNoGateway", "drop", OnNoGateway.DROP),
                    only(spec, "failsafe", "off", FailsafeMode.OFF),
                    spec.parsedText("tunnelIpv4Subnet", Cidr::parse).orElse(base.tunnelIpv4Subnet()),
                    spec.parsedText("tunnelIpv6Subnet", Cidr::parse).orElse(base.tunnelIpv6Subnet())));
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
