/** What AWS Powertools write. At a path of its own: a bundle that does not name it carries none of them. */
export { createEmbeddedMetrics } from './powertools-metrics.ts';
export { createTelemetry } from './powertools-telemetry.ts';
