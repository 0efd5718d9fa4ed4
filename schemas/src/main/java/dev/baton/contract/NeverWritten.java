package dev.baton.contract;

/** A kind of entry that stands for records nobody could read: no writer writes it, and no schema has it. */
public interface NeverWritten {}
