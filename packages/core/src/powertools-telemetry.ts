import { Logger, LogLevelThreshold } from '@aws-lambda-powertools/logger';
import { createEmbeddedMetrics } from './powertools-metrics.ts';
import { type RequestIds, requestIdsOf } from './request-ids.ts';
import { type Count, dimensionSets, type Fields, type HandlerTelemetry, type WriteLine } from './telemetry.ts';

/**
 * JSON lines and embedded metrics by AWS Powertools, on standard output.
 * Service name, namespace and level come from the `POWERTOOLS_*` variables of the function.
 */
export function createTelemetry(logger = new Logger(), metrics = createEmbeddedMetrics()): HandlerTelemetry {
  // An execution environment runs one invocation at a time, and no AWS call outlives its own. Powertools' `addContext` would add
  // the function's name, ARN and memory to each line: paid for by the byte, and told by the log group.
  let ids: RequestIds = {};
  const counted = (count: Count, fields: Fields) => ({
    metric: count.metric,
    value: 1,
    dimensionSets: dimensionSets(fields, count),
  });
  const countLine = (count: Count, fields: Fields = {}) => metrics.write(counted(count, fields), { ...ids });
  const line =
    (level: 'info' | 'warn' | 'error'): WriteLine =>
    (code, message, fields = {}, count) => {
      const isWritten = logger.level <= THRESHOLDS[level];
      if (count !== undefined && !isWritten) countLine(count, fields);
      const members = count !== undefined && isWritten ? metrics.embed(counted(count, fields)) : {};
      logger[level](message, { ...ids, ...fields, code, ...members });
    };
  return {
    before({ event, context }) {
      ids = requestIdsOf(event, context);
    },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: {
      count(metric, dimensions = {}, value = 1) {
        metrics.write({ metric, value, dimensionSets: [dimensions] }, { ...ids });
      },
      countLine,
      gauge(metric, value, unit) {
        metrics.write({ metric, value, unit, dimensionSets: [{}] }, { ...ids });
      },
    },
  };
}

const THRESHOLDS = { info: LogLevelThreshold.INFO, warn: LogLevelThreshold.WARN, error: LogLevelThreshold.ERROR };
