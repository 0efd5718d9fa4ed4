package dev.baton.heartbeat;

/**
 * Lets all threads of one agent be stopped where they stand: to play a frozen machine or a killed process when several
 * agents share a JVM. Every thread passes it before each thing that others could see.
 */
public final class Freezer {
    private boolean frozen;
    private boolean killed;

    public synchronized void freeze() {
        frozen = true;
    }

    public synchronized void thaw() {
        frozen = false;
        notifyAll();
    }

    /** For ever. */
    public synchronized void kill() {
        killed = true;
        notifyAll();
    }

    public synchronized boolean isFrozen() {
        return frozen;
    }

    public synchronized boolean isKilled() {
        return killed;
    }

    /**
     * Waits while frozen.
     *
     * @return false if killed: the caller does nothing more
     */
    public synchronized boolean pass() {
        boolean interrupted = false;
        while (frozen && !killed) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // a frozen process hears no signal either; it acts on it when thawed
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !killed;
    }
}
