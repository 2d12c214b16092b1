import { createWebSessions, type WebSessions } from '@cloakroom/sessions/web';
import type { CloakroomStoreError } from './errors.ts';
import { openTable } from './open-table.ts';
import { createReport, telemetryOf } from './report.ts';
import { SessionBook } from './session-book.ts';
import { SessionNews } from './session-news.ts';
import { parseSettings, type Settings, wholeMs } from './settings.ts';
import type { SessionShape } from './shape.ts';

/** What a store of any library is made of. */
export interface OpenStore {
  readonly settings: Settings;
  readonly web: WebSessions;
  readonly book: SessionBook;
  /** For a failure that nobody else hears of. */
  readonly tellFailure: (error: CloakroomStoreError) => void;
}

/** Nothing is asked of AWS before the first session. @throws CloakroomStoreError CONFIGURATION */
export function openStore(options: unknown, shape: SessionShape): OpenStore {
  const settings = parseSettings(options);
  const report = createReport(settings);
  const news = new SessionNews(report);
  const { table, prefix, client, region } = settings;
  const web = createWebSessions({
    items: openTable({ client, region, telemetry: telemetryOf(settings) }),
    table,
    prefix,
    nowMs: Date.now,
    absoluteMs: wholeMs(settings.absoluteTtl),
    limit: { maxSessionsPerUser: settings.maxSessionsPerUser, sessionLimitPolicy: settings.limitPolicy },
    onMalformed: (error) => news.unreadable(error),
  });
  const book = new SessionBook({ web, settings, shape, news });
  const tellFailure = ({ code, message }: CloakroomStoreError) =>
    report.error('web.session.failed', message, { reason: code });
  return { settings, web, book, tellFailure };
}
