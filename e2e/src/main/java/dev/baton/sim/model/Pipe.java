package dev.baton.sim.model;

import dev.baton.contract.FleetId;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;

/**
 * A producer's connection to one log: keeps the order, retries in place, drops what has expired. What it gave up may
 * still lie in some buffer on the way and be appended much later, with nobody told.
 */
public final class Pipe<E> {
    private static final long RETRY = 20_000_000;
    private static final long LONGEST_WANDERING = 6_000_000_000L;

    private record Parcel<E>(FleetId fleet, E value, long arrives, long expires, Runnable acknowledged) {}

    private final Scheduler scheduler;
    private final Random random;
    private final Link link;
    private final SimLog<E> log;
    private final DoubleSupplier wandering;
    private final ArrayDeque<Parcel<E>> parcels = new ArrayDeque<>();
    private long lastArrival;
    private boolean pumping;
    private final UnaryOperator<E> plain = UnaryOperator.identity();
    private UnaryOperator<E> written = plain;
    private OptionalInt lives = OptionalInt.empty();

    /** @param wandering share of the parcels given up that are appended after all */
    public Pipe(Scheduler scheduler, Random random, Link link, SimLog<E> log, DoubleSupplier wandering) {
        this.scheduler = scheduler;
        this.random = random;
        this.link = link;
        this.log = log;
        this.wandering = wandering;
    }

    /** What it writes is lost if its log is made anew, as its process ends before: nobody tries it again. */
    public Pipe<E> endingWithItsLog() {
        lives = OptionalInt.of(log.lives());
        return this;
    }

    /**
     * From now on it writes what nobody else can read: its process is of a newer release.
     *
     * @param as what such a record counts as
     */
    public void garble(UnaryOperator<E> as) {
        written = as;
    }

    /** @return whether it wrote what nobody could read */
    public boolean speakPlainly() {
        boolean garbled = !written.equals(plain);
        written = plain;
        return garbled;
    }

    public boolean isEmpty() {
        return parcels.isEmpty();
    }

    /**
     * @param expires true time after which it is not tried again
     * @param acknowledged run when the log's answer has come back; never if the answer is lost
     */
    public void send(FleetId fleet, E value, long expires, Runnable acknowledged) {
        lastArrival = Math.max(lastArrival, scheduler.now() + link.delay());
        parcels.add(new Parcel<>(fleet, value, lastArrival, expires, acknowledged));
        pump();
    }

    /** Its process is dead: the first few are on the wire already, the others are lost. */
    public void abandon() {
        int onTheWire = parcels.isEmpty() ? 0 : random.nextInt(parcels.size() + 1);
        while (parcels.size() > onTheWire) {
            parcels.removeLast();
        }
    }

    /** Whoever had it sent does not want it any more. */
    public void drop() {
        parcels.clear();
    }

    private void pump() {
        if (!pumping && !parcels.isEmpty()) {
            pumping = true;
            scheduler.in(parcels.getFirst().arrives() - scheduler.now(), this::arrive);
        }
    }

    private void arrive() {
        pumping = false;
        if (lives.isPresent() && lives.getAsInt() != log.lives()) {
            parcels.clear();
        }
        if (parcels.isEmpty()) {
            return;
        }
        if (link.canSend(log) && log.isUp()) {
            Parcel<E> parcel = parcels.removeFirst();
            append(parcel);
            scheduler.in(link.delay(), () -> answer(parcel));
        } else if (parcels.getFirst().expires() < scheduler.now()) {
            Parcel<E> dropped = parcels.removeFirst();
            if (random.nextDouble() < wandering.getAsDouble()) {
                scheduler.in(Math.round(random.nextDouble() * LONGEST_WANDERING), () -> turnUp(dropped));
            }
        } else {
            pumping = true;
            scheduler.in(RETRY, this::arrive);
            return;
        }
        pump();
    }

    private void answer(Parcel<E> parcel) {
        if (link.canReceive(log)) {
            parcel.acknowledged().run();
        }
    }

    private void turnUp(Parcel<E> parcel) {
        if (log.isUp()) {
            append(parcel);
        }
    }

    private void append(Parcel<E> parcel) {
        log.append(parcel.fleet(), written.apply(parcel.value()));
    }
}
