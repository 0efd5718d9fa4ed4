package dev.baton.datapath.linux.conntrack;

import dev.baton.contract.IpAddress;
import java.util.Optional;

/**
 * A connection as the kernel tracks it.
 *
 * @param source whose first packet it was
 * @param destination where its packets really go, behind any service
 * @param translated the source that its packets leave with, if that is another
 */
public record TrackedConnection(IpAddress source, IpAddress destination, Optional<IpAddress> translated, int mark) {}
