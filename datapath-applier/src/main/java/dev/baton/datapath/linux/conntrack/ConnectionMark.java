package dev.baton.datapath.linux.conntrack;

/** Selects tracked connections: those whose mark, in the bits that the mask sets, is this one. */
public record ConnectionMark(int mark, int mask) {}
