/** Variables of a process, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** As it is when it is looked at. AWS's own variables are read here, as the SDK reads them: whenever they are needed. */
// biome-ignore lint/style/noProcessEnv: credentials and endpoints are the SDK's configuration, and not ours
export const environment: Variables = process.env;
