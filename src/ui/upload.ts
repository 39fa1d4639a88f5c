import { newKey, Refusal, refusalOf } from './client.ts';
import { Problem } from '../kernel/problem.ts';
import { currentLanguage } from './words.ts';
import './problems.ts';

export interface Upload {
  headers?: Readonly<Record<string, string>>;
  /** Told of the bytes that have left, as a share. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Sends a file as the body of a POST and tells how far it is, which `fetch` cannot yet. Answers parsed JSON; a refusal as `call` throws it. */
export function upload<T>(path: string, body: Blob, { headers = {}, onProgress, signal }: Upload = {}): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    const sent = { Accept: path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json', 'Accept-Language': currentLanguage(), 'Idempotency-Key': newKey(), ...headers };
    for (const [name, value] of Object.entries(sent)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(refusalOf(new Problem('ui.offline')));
    request.onabort = () => reject(signal?.reason ?? refusalOf(new Problem('ui.offline')));
    request.onload = () => {
      const said = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(said as T);
      else reject(refused(said, request.status));
    };
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(body);
  });
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function refused(said: unknown, status: number): Refusal {
  const { resourceType, issue, detail, code } = (said ?? {}) as { resourceType?: string; issue?: { code?: string; details?: { text?: string }; diagnostics?: string }[]; detail?: string; code?: string };
  if (resourceType === 'OperationOutcome') return new Refusal(issue?.[0]?.code ?? 'fault', issue?.[0]?.details?.text ?? issue?.[0]?.diagnostics ?? '', status);
  if (typeof detail === 'string') return new Refusal(code ?? 'fault', detail, status);
  return refusalOf(new Problem('ui.unreadable', { status, time: new Date().toISOString() }));
}
