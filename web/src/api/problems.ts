/** What the hub answers when it refuses: RFC 9457 problem details. */

interface FieldError {
  /** A JSON pointer into the body that was sent: `/sets/0/reps`. */
  pointer: string;
  detail: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
  retry_after?: number;
  request_id?: string;
}

/** The hub refused. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  constructor(
    readonly problem: Problem,
    /** Seconds, from `Retry-After`. */
    readonly retryAfterS: number | null = null,
  ) {
    super(problem.detail || problem.title);
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** The hub was not reached: no answer, or one that came from something in between. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/** Whether the same request may well pass later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof ProblemError && (error.status === 429 || error.status >= 500);
}

export function hasCode(error: unknown, code: string): error is ProblemError {
  return error instanceof ProblemError && error.code === code;
}

/** Messages by field: the first segment of each pointer, or all of it with `deep`. */
export function fieldErrors(error: unknown, { deep = false } = {}): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const found: Record<string, string> = {};
  for (const { pointer, detail } of error.problem.errors ?? []) {
    const path = pointer.replace(/^\//u, '');
    const field = deep ? path : (path.split('/')[0] ?? '');
    found[field] ??= detail;
  }
  return found;
}

/** A problem from a response that is not a success, whatever its body may be. */
export async function problemOf(response: Response): Promise<ProblemError | UnreachableError> {
  const after = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const retryAfterS = Number.isFinite(after) ? after : null;
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return new ProblemError(body, retryAfterS ?? body.retry_after ?? null);
  if (response.status >= 500) return new UnreachableError(`the hub answered ${response.status}`);
  const title = response.statusText || `Status ${response.status}`;
  return new ProblemError(
    { type: 'about:blank', title, status: response.status, code: 'unknown', detail: title },
    retryAfterS,
  );
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body;
}
