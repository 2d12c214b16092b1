import type { Telemetry } from '@cloakroom/core';
import type { StoreLogger, StoreMetric } from './options.ts';
import type { Settings } from './settings.ts';

/** What a store tells its operator. */
export interface Report {
  count(metric: StoreMetric, value?: number): void;
  warn(code: string, message: string, fields?: object): void;
  error(code: string, message: string, fields?: object): void;
}

const LINES: StoreLogger = {
  warn: (message, fields) => writeLine('WARN', message, fields),
  error: (message, fields) => writeLine('ERROR', message, fields),
};

function writeLine(level: string, message: string, fields: object): void {
  process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

/** A logger, or a counter, that fails is not to fail a request. */
export function createReport({ logger = LINES, onMetric }: Pick<Settings, 'logger' | 'onMetric'>): Report {
  return {
    count(metric, value = 1) {
      quietly(() => onMetric?.(metric, value));
    },
    warn: (code, message, fields = {}) => quietly(() => logger.warn(message, { code, ...fields })),
    error: (code, message, fields = {}) => quietly(() => logger.error(message, { code, ...fields })),
  };
}

/** What the way to AWS tells: of credentials and clients. */
export function telemetryOf({ logger = LINES }: Pick<Settings, 'logger'>): Telemetry {
  const line =
    (method: keyof StoreLogger) =>
    (code: string, message: string, fields: object = {}) =>
      quietly(() => logger[method]?.(message, { code, ...fields }));
  const nothing = () => undefined;
  return {
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    meter: { count: nothing, countLine: nothing, gauge: nothing },
  };
}

function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Nobody is left to be told.
  }
}
