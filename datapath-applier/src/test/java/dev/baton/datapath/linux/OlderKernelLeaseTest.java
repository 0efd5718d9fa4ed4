package dev.baton.datapath.linux;

import dev.baton.datapath.linux.fence.FenceForm;

/** What is said of the lease, of the form of the fence for older kernels. */
@NeedsRootAndTools
class OlderKernelLeaseTest extends KernelLeaseTest {
    @Override
    FenceForm form() {
        return FenceForm.INET;
    }
}
