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
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.Probe;
import dev.baton.contract.mesh.ProxyId;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import dev.baton.contract.mesh.Route;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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

    /** Of destinations; apart, because {@code Map.ofEntries} of all would be unreadable. */
    private static final Map<Class<?>, Pair> CONSTRAINED_IN_MESHES = Map.ofEntries(
            Map.entry(Integer.class, new Pair(0, Integer.MAX_VALUE)),
            Map.entry(Locality.class, new Pair(Locality.UNKNOWN, new Locality("eu-west_1", "eu-west-1.a"))),
            Map.entry(DestinationId.class, new Pair(new DestinationId("a"), new DestinationId("shop/route/0"))),
            Map.entry(ProxyId.class, new Pair(new ProxyId("a"), new ProxyId("edge/envoy-1"))),
            Map.entry(
                    FailoverPolicyId.class,
                    new Pair(new FailoverPolicyId("a"), new FailoverPolicyId("backendtrafficpolicy/shop/fast"))),
            Map.entry(PolicyTarget.class, new Pair(new PolicyTarget("a"), new PolicyTarget("httproute/shop/route"))),
            Map.entry(
                    Calls.Path.class,
                    new Pair(
                            new Calls.Path(Calls.Comparison.EXACT, "/"),
                            new Calls.Path(Calls.Comparison.REGULAR_EXPRESSION, ".*ä"))),
            Map.entry(
                    Calls.Header.class,
                    new Pair(
                            new Calls.Header("a", Calls.Comparison.EXACT, ""),
                            new Calls.Header("x-version", Calls.Comparison.REGULAR_EXPRESSION, "v[12]"))),
            Map.entry(MemberId.class, new Pair(new MemberId("a"), new MemberId("shop/active"))),
            Map.entry(ObserverId.class, new Pair(new ObserverId("a"), new ObserverId("prober-1.a/b"))),
            Map.entry(HostName.class, new Pair(new HostName("a"), new HostName("*.example.com"))),
            Map.entry(
                    EndpointAddress.class,
                    new Pair(new EndpointAddress("a", 1), new EndpointAddress("2001:db8::1", 65_535))),
            Map.entry(
                    HealthRules.class,
                    new Pair(
                            new HealthRules(1, 1, 0, 1, Duration.ofMillis(1)),
                            new HealthRules(3, 2, 5, 4, Duration.ofSeconds(10)))),
            Map.entry(
                    ReturnRules.class,
                    new Pair(
                            new ReturnRules(0, Duration.ZERO, List.of(), Duration.ZERO, Failback.PROBED),
                            new ReturnRules(
                                    50,
                                    Duration.ofSeconds(30),
                                    List.of(10, 25, 50),
                                    Duration.ofSeconds(5),
                                    Failback.MANUAL))),
            Map.entry(
                    Probe.Http.class,
                    new Pair(
                            new Probe.Http(Probe.Version.HTTP_1_1, "", "/", new TreeSet<>()),
                            new Probe.Http(
                                    Probe.Version.HTTP_2,
                                    "www.example.com",
                                    "/healthz?ä",
                                    new TreeSet<>(List.of(200, 204))))),
            Map.entry(Route.Endpoint.class, new Pair(endpoint(Route.Use.USABLE), endpoint(Route.Use.DRAINING))),
            Map.entry(Route.Share.class, new Pair(share(Locality.UNKNOWN), share(new Locality("r", "z")))),
            Map.entry(ProbeReported.class, new Pair(reported(1), reported(7))));

    private static Route.Endpoint endpoint(Route.Use use) {
        return new Route.Endpoint(use, 1 + use.ordinal());
    }

    private static Route.Share share(Locality locality) {
        var endpoints = new TreeMap<EndpointAddress, Route.Endpoint>();
        endpoints.put(new EndpointAddress("192.0.2.1", 80), endpoint(Route.Use.UNUSABLE));
        return new Route.Share(new MemberId("active"), locality, 1, endpoints);
    }

    private static ProbeReported reported(int inARow) {
        return new ProbeReported(
                new ObserverId("p"), Locality.UNKNOWN, new EndpointAddress("192.0.2.1", 80), 3, true, inARow);
    }

    Object of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        var plain = (Class<?>) type;
        if (CONSTRAINED.containsKey(plain)) {
            return CONSTRAINED.get(plain).of(this);
        }
        if (CONSTRAINED_IN_MESHES.containsKey(plain)) {
            return CONSTRAINED_IN_MESHES.get(plain).of(this);
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
        if (type.getRawType() == SortedSet.class) {
            return new TreeSet<>(this == LEAST ? List.of() : List.of(of(inner)));
        }
        Type key = type.getActualTypeArguments()[0];
        if (key != String.class) {
            return new TreeMap<>(this == LEAST ? Map.of() : Map.of(LEAST.of(key), of(inner), of(key), of(inner)));
        }
        return new TreeMap<>(this == LEAST ? Map.of() : Map.of("b", "1", "a/ü", ""));
    }

    private Optional<Object> optional(Supplier<Object> value) {
        return this == LEAST ? Optional.empty() : Optional.of(value.get());
    }
}
