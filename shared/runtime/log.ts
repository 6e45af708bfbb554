import { printable } from '../core/text.ts';

/** Facts of a log line; outside text in them is made printable. */
type Fields = Readonly<Record<string, unknown>>;

/** One line per event: its name is noun.verb-past, its facts are fields. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

/** Where lines go: Powertools’ logger, or a list in tests. */
export interface LogSink {
  info(event: string, fields: Record<string, unknown>): void;
  warn(event: string, fields: Record<string, unknown>): void;
  error(event: string, fields: Record<string, unknown>): void;
}

/** A log that keeps its lines until its sink is loaded. */
export interface InvocationLog extends Log {
  /** Named in every line until the next invocation. */
  begin(requestId: string): void;
  /** Waits until every line is out; Lambda freezes what is still in memory. */
  flush(): Promise<void>;
}

/** Powertools’ logger: 30 KB that a batch without anything to say never reads. */
const loadPowertools = async (name: string): Promise<LogSink> => {
  const { Logger } = await import('@aws-lambda-powertools/logger');
  return new Logger({
    serviceName: name,
    // A name or a tag may hold line breaks, escapes or right-to-left marks: none reaches the line.
    jsonReplacerFn: (_key, value) => (typeof value === 'string' ? printable(value) : value),
  });
};

/**
 * The log of one function.
 * @param load Loads the sink at the first line; a failed load is tried again at the next flush.
 */
export const createLog = (name: string, load: (name: string) => Promise<LogSink> = loadPowertools): InvocationLog => {
  let sink: LogSink | undefined;
  let loading: Promise<void> | undefined;
  let waiting: ((sink: LogSink) => void)[] = [];
  let requestId: string | undefined;

  const loadOnce = (): Promise<void> => {
    loading ??= load(name).then(
      (loaded) => {
        sink = loaded;
        const lines = waiting;
        waiting = [];
        for (const write of lines) write(loaded);
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };

  const line = (level: keyof LogSink, event: string, fields: Fields = {}): void => {
    const all = { ...(requestId !== undefined && { requestId }), ...fields };
    if (sink) {
      sink[level](event, all);
      return;
    }
    waiting.push((loaded) => loaded[level](event, all));
    // A failure is met by flush, which everybody waits for.
    loadOnce().catch(() => undefined);
  };

  return {
    info: (event, fields) => line('info', event, fields),
    warn: (event, fields) => line('warn', event, fields),
    error: (event, fields) => line('error', event, fields),
    begin: (id) => {
      requestId = id;
    },
    flush: async () => {
      if (waiting.length > 0) await loadOnce();
    },
  };
};
