package dev.baton.agent.core;

import dev.baton.contract.Assignment;
import dev.baton.contract.Eip;
import dev.baton.contract.EndpointSlice;
import dev.baton.contract.Epoch;
import dev.baton.contract.FleetId;
import dev.baton.contract.Incarnation;
import dev.baton.contract.KnownPods;
import dev.baton.contract.Lineage;
import dev.baton.contract.NodeId;
import dev.baton.contract.PolicyId;
import dev.baton.contract.Rules;
import dev.baton.contract.SettingsInForce;
import dev.baton.contract.Timings;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelEntry;
import dev.baton.contract.UnknownRules;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Folds what an agent reads: into what its node should look like ({@link NodeView}), and into the news that decide what
 * the agent does next. Used by one thread.
 */
public final class NodeLog {
    private final FleetId fleet;
    private final NodeId self;
    private final Rules newest;
    private final NewestWords words = new NewestWords();
    private Lineages lineages;
    private Optional<Lineage> other = Optional.empty();
    private NodeView view;
    private Optional<Tunnel> own = Optional.empty();
    private Optional<Timings> timings = Optional.empty();
    private Rules rules = Rules.FIRST;
    private long cause = -1;
    private List<Input.News.OfEip> assignments = new ArrayList<>();
    private List<Assignment> contradictions = new ArrayList<>();
    /** EIPs of which only words were read that are older than what this node saw before it started. */
    private final SortedSet<Eip> outdated = new TreeSet<>();

    private boolean read;

    /**
     * @param newest rules that are known
     * @param lineages as its run directory says
     * @param seen the highest epoch of each EIP that this node saw before, from its run directory
     */
    public NodeLog(FleetId fleet, NodeId self, Rules newest, Lineages lineages, Map<Eip, Epoch> seen) {
        this.fleet = fleet;
        this.self = self;
        this.newest = newest;
        this.lineages = lineages;
        this.view = new NodeView(self, seen);
    }

    /**
     * A record that does not say its lineage is believed to be of the one obeyed.
     *
     * @throws UnknownRules if the log is at rules that this release does not know
     */
    public void read(LogEntry entry) {
        read(entry, Optional.empty());
    }

    /**
     * @param lineage as the record says, if it does
     * @throws UnknownRules if the log is at rules that this release does not know
     */
    public void read(LogEntry entry, Optional<Lineage> lineage) {
        if (other.isPresent() || lineages.isLeft(lineage)) {
            return; // what another lineage says is read again, once this node has let go
        }
        if (lineages.isOther(lineage)) {
            other = lineage;
            return;
        }
        lineages = lineages.reading(lineage);
        if (isOfOthersPods(entry)) {
            return; // nothing of it concerns this node, and each pod that comes or goes anywhere would be an apply here
        }
        read = true;
        if (words.isOld(entry)) {
            return;
        }
        switch (entry) {
            case LogEntry.TunnelShown(TunnelEntry shown) -> tunnel(shown);
            case LogEntry.TunnelGone(NodeId node, var why) -> {
                view.tunnelRemoved(node);
                own = own.filter(tunnel -> !tunnel.node().equals(node));
            }
            case LogEntry.Assigned(Assignment assignment) -> assignment(assignment);
            case LogEntry.AssignmentGone(Eip eip, var why) -> {
                view.assignmentRemoved(eip);
                outdated.remove(eip);
                assignments.add(new Input.News.OfEip(eip, Optional.empty()));
            }
            case LogEntry.PolicyBound(var binding) -> {
                view.policy(binding);
                cause = Math.max(cause, binding.cause());
            }
            case LogEntry.PolicyGone(var policy, var why) -> view.policyRemoved(policy);
            case LogEntry.Endpoints(var endpoints) -> view.endpoints(endpoints);
            case LogEntry.EndpointsGone(var policy, String slice) -> view.endpointsRemoved(policy, slice);
        }
    }

    private boolean isOfOthersPods(LogEntry entry) {
        return switch (entry) {
            case LogEntry.Endpoints(EndpointSlice slice) -> isOfOthersPods(slice.policy());
            case LogEntry.EndpointsGone(PolicyId policy, String slice) -> isOfOthersPods(policy);
            case LogEntry.Endpoints _ -> false;
            case LogEntry.TunnelShown _, LogEntry.TunnelGone _, LogEntry.Assigned _, LogEntry.AssignmentGone _ -> false;
            case LogEntry.PolicyBound _, LogEntry.PolicyGone _ -> false;
        };
    }

    private boolean isOfOthersPods(PolicyId policy) {
        return KnownPods.nodeOf(policy).filter(node -> !node.equals(self)).isPresent();
    }

    private void tunnel(TunnelEntry entry) {
        view.tunnel(entry);
        switch (entry) {
            case Tunnel tunnel -> {
                cause = Math.max(cause, tunnel.cause());
                if (tunnel.node().equals(self)) {
                    own = Optional.of(tunnel);
                }
            }
            case SettingsInForce settings -> {
                UnknownRules.check(fleet, settings.rules(), newest);
                cause = Math.max(cause, settings.cause());
                rules = settings.rules();
                timings = Optional.of(settings.settings().timings());
            }
        }
    }

    private void assignment(Assignment assignment) {
        if (view.assignment(assignment)) {
            outdated.remove(assignment.eip());
            cause = Math.max(cause, assignment.cause());
            assignments.add(new Input.News.OfEip(assignment.eip(), Optional.of(assignment)));
        } else if (view.contradicts(assignment)) {
            contradictions.add(assignment);
        } else if (view.assignment(assignment.eip()).isEmpty()) {
            outdated.add(assignment.eip());
        }
    }

    /** What was read since this was asked last; empty: nothing. */
    public Optional<Input.News> news() {
        if (!read) {
            return Optional.empty();
        }
        var news = new Input.News(assignments, own, cause, lineages.obeyed(), rules);
        assignments = new ArrayList<>();
        read = false;
        return Optional.of(news);
    }

    /** What was read since this was asked last and not obeyed, because its epoch names another holder already. */
    public List<Assignment> contradictions() {
        var since = contradictions;
        contradictions = new ArrayList<>();
        return since;
    }

    /**
     * Whether there is an EIP of which only words were read that are older than what this node saw before it started: a
     * coordinator that was replaced said them late, compaction took the right one away, and the owner has not said it
     * again yet. Whoever obeys that lets go of what it should hold.
     */
    public boolean isOutdated() {
        return !outdated.isEmpty();
    }

    /** A log goes on at an offset that was read before: what it says now is not older than what it said. */
    public void beganAnew() {
        words.forget();
    }

    /** The lineage that something was read of, and that is not the one obeyed: this node has to let go. */
    public Optional<Lineage> other() {
        return other;
    }

    public Lineages lineages() {
        return lineages;
    }

    /**
     * Another log is read from now on: nothing that this one said counts there.
     *
     * @param next what is known of its lineage
     */
    public void forget(Lineages next) {
        lineages = next;
        other = Optional.empty();
        words.forget();
        view = new NodeView(self, new TreeMap<>());
        own = Optional.empty();
        timings = Optional.empty();
        rules = Rules.FIRST;
        cause = -1;
        assignments = new ArrayList<>();
        contradictions = new ArrayList<>();
        outdated.clear();
        read = false;
    }

    /** What is about to be told as FAILED is never done under this epoch any more. */
    public void refuse(Eip eip, Epoch epoch) {
        view.refuse(eip, epoch);
    }

    /** What this node should look like while {@code incarnation} is its own. */
    public DesiredState desired(Incarnation incarnation) {
        return view.desired(incarnation);
    }

    /** The highest epoch of each EIP so far: what a restart must be given. */
    public SortedMap<Eip, Epoch> epochs() {
        return view.seen();
    }

    /** What {@link #epochs} says once these are refused: it is written down before they are. */
    public SortedMap<Eip, Epoch> epochsRefusing(SortedMap<Eip, Epoch> refused) {
        return view.seenRefusing(refused);
    }

    /** Of the settings in force; empty: none were read yet. */
    public Optional<Timings> timings() {
        return timings;
    }
}
