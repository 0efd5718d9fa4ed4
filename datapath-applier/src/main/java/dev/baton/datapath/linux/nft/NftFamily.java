package dev.baton.datapath.linux.nft;

/** Where in the kernel the chains of a table stand, with the number of the kernel's messages. */
public enum NftFamily {
    /** IPv4 and IPv6. */
    INET("inet", 1),
    ARP("arp", 3),
    /** Every frame of an interface. */
    NETDEV("netdev", 5);

    private final String word;
    private final int number;

    NftFamily(String word, int number) {
        this.word = word;
        this.number = number;
    }

    /** As nft says it. */
    public String word() {
        return word;
    }

    int number() {
        return number;
    }
}
