import * as v from 'valibot';

/** As API Gateway makes them up, `a1b2c3d4e5`. */
const apiId = v.pipe(v.string(), v.regex(/^[a-z0-9]{8,20}$/, 'must be the id of an API, such as a1b2c3d4e5'));
const STAGE = 'must be the name of a stage: letters, digits, - and _';
const stage = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,128}$/, STAGE));

const attachedApi = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('http'),
      apiId,
      stage: v.union([v.literal('$default'), stage], `${STAGE}; or $default`),
    }),
    v.strictObject({ kind: v.literal('rest'), apiId, stage }),
    v.strictObject({ kind: v.literal('websocket'), apiId, stage }),
  ],
  "kind must be 'http', 'rest' or 'websocket'",
);

/** APIs of somebody else, of the same account and region, that have the authorizer before their routes. Each stage stands once. */
export const attachToSchema = v.pipe(
  v.array(attachedApi),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) for (const message of attachmentProblems(dataset.value)) addIssue({ message });
  }),
);

type AttachedApi = v.InferOutput<typeof attachedApi>;

function attachmentProblems(apis: readonly AttachedApi[]): readonly string[] {
  return [...Map.groupBy(apis, ({ apiId }) => apiId)].flatMap(([id, entries]) => [
    ...(new Set(entries.map(({ kind }) => kind)).size > 1
      ? [`API ${id} has two kinds, and an API is of one: leave the wrong entries out`]
      : []),
    ...(new Set(entries.map((entry) => entry.stage)).size < entries.length
      ? [`API ${id} stands twice with one stage: leave one of them out`]
      : []),
  ]);
}
