package dev.baton.contract.wire;

import dev.baton.contract.AddressRange;
import dev.baton.contract.Cidr;
import dev.baton.contract.Eip;
import dev.baton.contract.GatewayId;
import dev.baton.contract.IpAddress;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.Lineage;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.Rules;
import dev.baton.contract.Settings;
import dev.baton.contract.Timings;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** An instance of any contract record: the least one, with everything empty, or the fullest one. */
enum Samples {
    LEAST,
    FULLEST;

    /** Values that a component of this type cannot take freely; least and fullest. */
    private record Pair(Object least, Object fullest) {
        Object of(Samples kind) {
            return switch (kind) {
                case LEAST -> least;
                case FULLEST -> fullest;
            };
        }
    }

    private static final IpAddress V4 = IpAddress.parse("255.255.255.255");
    private static final IpAddress V6 = IpAddress.parse("fd00::55");

    private static final Map<Class<?>, Pair> CONSTRAINED = Map.ofEntries(
            Map.entry(String.class, new Pair("a", "z9." + "x".repeat(40) + "-1")),
            Map.entry(IpAddress.class, new Pair(IpAddress.parse("0.0.0.0"), V6)),
            Map.entry(Cidr.class, new Pair(Cidr.parse("0.0.0.0/0"), Cidr.parse("fd00::/64"))),
            Map.entry(
                    AddressRange.class,
                    new Pair(AddressRange.parse("10.0.0.1"), AddressRange.parse("fd00::1-fd00::ff"))),
            Map.entry(
                    Eip.class,
                    new Pair(Eip.nodeAddressOf(new GatewayId("g")), Eip.of(Optional.of(V4), Optional.of(V6)))),
            Map.entry(
                    MacAddress.class,
                    new Pair(new MacAddress("00:00:00:00:00:00"), new MacAddress("66:c5:d6:cc:29:54"))),
            Map.entry(Lineage.class, new Pair(Lineage.of(0), Lineage.of(-1))),
            Map.entry(Mark.class, new Pair(Mark.FIRST_NODE, Mark.LAST_EIP)),
            Map.entry(Duration.class, new Pair(Duration.ofMillis(1), Duration.ofMinutes(10))),
            Map.entry(Instant.class, new Pair(Instant.EPOCH, Instant.ofEpochMilli(1_800_000_000_123L))),
            Map.entry(long.class, new Pair(0L, Long.MAX_VALUE)),
            Map.entry(int.class, new Pair(0, Integer.MAX_VALUE)),
            Map.entry(Rules.class, new Pair(Rules.FIRST, new Rules(Integer.MAX_VALUE))),
            Map.entry(boolean.class, new Pair(false, true)),
            Map.entry(
                    Timings.class,
                    new Pair(
                            Timings.DEFAULT,
                            new Timings(Duration.ofMillis(10), Duration.ofMillis(11), Duration.ofMinutes(10)))),
            Map.entry(Settings.class, new Pair(Settings.DEFAULT, Settings.DEFAULT.withTimings(Timings.DEFAULT))),
            Map.entry(
                    LabelSelector.Requirement.class,
                    new Pair(
                            new LabelSelector.Requirement("k", LabelSelector.Operator.EXISTS, List.of()),
                            new LabelSelector.Requirement("k", LabelSelector.Operator.NOT_IN, List.of("", "ä/€")))));

    Object of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        var plain = (Class<?>) type;
        if (CONSTRAINED.containsKey(plain)) {
            return CONSTRAINED.get(plain).of(this);
        }
        if (plain.isEnum()) {
            Object[] constants = plain.getEnumConstants();
            return constants[this == LEAST ? 0 : constants.length - 1];
        }
        if (plain.isSealed()) {
            Class<?>[] kinds = UnionShape.kinds(plain).toArray(Class<?>[]::new);
            return of(kinds[this == LEAST ? 0 : kinds.length - 1]);
        }
        Object[] values = Arrays.stream(plain.getRecordComponents())
                .map(RecordComponent::getGenericType)
                .map(this::of)
                .toArray();
        return new RecordHandles(plain).create(values);
    }

    private Object generic(ParameterizedType type) {
        Type inner = type.getActualTypeArguments()[type.getActualTypeArguments().length - 1];
        if (type.getRawType() == Optional.class) {
            return optional(() -> of(inner));
        }
        if (type.getRawType() == List.class) {
            return this == LEAST ? List.of() : List.of(LEAST.of(inner), of(inner));
        }
        return new TreeMap<>(this == LEAST ? Map.of() : Map.of("b", "1", "a/ü", ""));
    }

    private Optional<Object> optional(Supplier<Object> value) {
        return this == LEAST ? Optional.empty() : Optional.of(value.get());
    }
}
