/** A small network of namespaces with real kernel objects. Touches nothing outside the namespaces it makes. */
@NullMarked
package dev.baton.datapath.lab;

import org.jspecify.annotations.NullMarked;
