import * as v from 'valibot';

/** What functions log: lines of this level and above. */
export const logLevelSchema = v.picklist(['DEBUG', 'INFO', 'WARN', 'ERROR']);
