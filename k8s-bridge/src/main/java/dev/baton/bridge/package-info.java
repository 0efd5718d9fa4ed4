/**
 * Between Kubernetes and the logs. The bridge imports no other process: what it learns from the API server it appends
 * to the logs, and what it shows it folds from the fleet log (decision note 0003).
 *
 * <p>Flow: {@code watch} reports objects to the loop; {@code manifest} reads them; {@code state} compares what
 * Kubernetes wants with what the coordinator has; {@code status} makes what is shown; {@code write} writes it.
 * {@code api} holds the custom resources, {@code admission} the webhook. Here are the round that joins them, the
 * election, and the cleanup.
 *
 * <p>Every request passes {@code gate}, which is closed in observe mode and while {@code beside} sees EgressGateway's
 * controller; then {@code report} says what would be written (decision note 0006).
 *
 * <p>What EgressGateway's users rely on is a table of rows in the tests of {@code e2e}: {@code EgressGatewayTableE2E}.
 */
@NullMarked
package dev.baton.bridge;

import org.jspecify.annotations.NullMarked;
