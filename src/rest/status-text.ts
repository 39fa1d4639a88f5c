import { STATUS_CODES } from 'node:http';

/** `201 Created`, as `Bundle.entry.response.status` wants it. */
export function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
