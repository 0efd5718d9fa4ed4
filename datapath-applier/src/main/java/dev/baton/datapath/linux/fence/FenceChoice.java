package dev.baton.datapath.linux.fence;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.nft.NftTable;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which form the fence has on this node: the first that its kernel takes. Asked of the kernel itself and not of its
 * version, because distributions carry newer parts in older kernels.
 */
public final class FenceChoice {
    private static final Logger log = LoggerFactory.getLogger(FenceChoice.class);

    /** Every node has it, and no EIP is ever on it. */
    private static final List<String> LOOPBACK = List.of("lo");

    private FenceChoice() {}

    /** Asks the kernel for a form. */
    interface Trial {
        /** Empty if the kernel takes it; else why not. */
        Optional<String> refusal(FenceForm form) throws DatapathException;
    }

    /** @param wanted empty: the better one of those that the kernel takes */
    public static FenceForm of(Optional<FenceForm> wanted, RunTool tools) throws DatapathException {
        return of(wanted, form -> refusal(form, tools));
    }

    static FenceForm of(Optional<FenceForm> wanted, Trial kernel) throws DatapathException {
        var refusals = new ArrayList<String>();
        for (FenceForm form : wanted.map(List::of).orElse(List.of(FenceForm.values()))) {
            Optional<String> refusal = kernel.refusal(form);
            if (refusal.isEmpty()) {
                log.info(
                        "event=fence_form form={} wanted={} reason=\"{}\"",
                        form,
                        wanted.map(FenceForm::toString).orElse("auto"),
                        refusals.isEmpty() ? "the kernel takes it" : String.join("; ", refusals));
                return form;
            }
            refusals.add(form + " needs " + form.needs() + ", and the kernel says: " + refusal.get());
        }
        throw new DatapathException(
                DatapathFault.FIREWALL, "no lease can be enforced here: " + String.join("; ", refusals));
    }

    /**
     * Takes a fence of the other form away that a former agent made. It stands until this one fences what it did; this
     * one is closed until a lease begins. So there is no moment at which a frame could leave that both would stop.
     *
     * @param fenced where both stand
     */
    public static void endOther(Fence fence, FencedInterfaces fenced, Optional<String> namespace, RunTool tools)
            throws DatapathException {
        var others = new ArrayList<>(FenceTables.standing(tools));
        others.removeAll(fence.families());
        if (others.isEmpty()) {
            return;
        }
        try (var other = new Fence(namespace)) {
            other.use(others);
            fence.fence(other.known());
        }
        fenced.dropWaiting();
        tools.require(DatapathFault.FIREWALL, FenceTables.deletion(others), "nft", "-f", "-");
        log.info("event=fence_form_changed ended={}", others);
    }

    /** nft complains of each rule anew, repeats it, and quotes words. */
    private static String firstOf(String complaint) {
        return complaint.lines().findFirst().orElse("nothing").replace('"', '\'');
    }

    /** Makes such a fence by another name and takes it away in the same transaction. */
    private static Optional<String> refusal(FenceForm form, RunTool tools) throws DatapathException {
        String trial = FenceTables.of(form, LOOPBACK).stream()
                .map(table -> new NftTable(table.family(), table.name() + "-trial", table.sets(), table.chains()))
                .map(table -> table.creation() + table.deletion())
                .collect(Collectors.joining());
        var answer = tools.run(trial, "nft", "-f", "-");
        return answer.succeeded() ? Optional.empty() : Optional.of(firstOf(answer.complaint()));
    }
}
