/**
 * Tests on a cluster of real nodes (kubelet, containerd, kube-proxy, network plugins) with the DaemonSet that users
 * deploy, and with an external server that sees where each packet comes from. The programs are in the folder that the
 * variable KUBE_ASSETS names.
 */
@NullMarked
package dev.baton.e2e.cluster;

import org.jspecify.annotations.NullMarked;
