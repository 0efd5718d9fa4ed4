/**
 * Two tables of behaviour that others rely on, each row a test: what EgressGateway's users know, and what ten other
 * projects test or had reported. Rows that other tests check name those tests.
 */
@NullMarked
package dev.baton.e2e.kube.table;

import org.jspecify.annotations.NullMarked;
