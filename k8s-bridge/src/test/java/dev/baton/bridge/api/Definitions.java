package dev.baton.bridge.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The definitions that the API server is given, from the kinds' classes. */
final class Definitions {
    private static final String HEADER = """
        # Made from the classes of dev.baton.bridge.api; do not edit.
        # mvn -pl schemas,k8s-bridge test -Dtest=CustomResourceDefinitionsTest -Dcrds.write -Dsurefire.failIfNoSpecifiedTests=false
        """;

    static final List<Class<? extends CustomResource<?, ?>>> KINDS = List.of(
            EgressGateway.class,
            EgressPolicy.class,
            EgressClusterPolicy.class,
            EgressTunnel.class,
            EgressEndpointSlice.class,
            EgressClusterEndpointSlice.class,
            EgressClusterInfo.class);

    private Definitions() {}

    /** @param scratch where the generator may write */
    static Map<String, String> byFileName(Path scratch) throws IOException {
        var generator = new CRDGenerator().forCRDVersions("v1").inOutputDir(scratch.toFile());
        KINDS.forEach(generator::customResourceClasses);
        generator.generate();
        var files = new TreeMap<String, String>();
        for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
            String name = CustomResource.getCRDName(kind);
            try (InputStream generated = Files.newInputStream(scratch.resolve(name + "-v1.yml"))) {
                var definition = Serialization.unmarshal(generated, CustomResourceDefinition.class);
                finish(kind, definition);
                files.put(
                        definition.getSpec().getNames().getPlural() + ".yaml",
                        HEADER + Serialization.asYaml(definition));
            }
        }
        return files;
    }

    /** What the generator does otherwise than EgressGateway's users know it. */
    private static void finish(Class<? extends CustomResource<?, ?>> kind, CustomResourceDefinition definition) {
        var version = definition.getSpec().getVersions().getFirst();
        // It sorts columns by their paths; people know them in the order in which they are declared.
        List<String> order = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        var columns = new ArrayList<>(version.getAdditionalPrinterColumns());
        columns.sort(Comparator.comparing((CustomResourceColumnDefinition column) -> order.indexOf(column.getName())));
        version.setAdditionalPrinterColumns(columns);
        if (kind == EgressEndpointSlice.class || kind == EgressClusterEndpointSlice.class) {
            // It takes Void for an empty object.
            version.getSchema().getOpenAPIV3Schema().getProperties().keySet().removeAll(List.of("spec", "status"));
        }
    }
}
