/** Our own pages: no inline script, nothing from elsewhere, never inside another site's frame. Styles: Mantine sets its variables inline. */
export const pagePolicy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self'", "frame-src 'self' blob:",
  "worker-src 'self' blob:", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

/** Documents that others wrote (narrative, CDA renderings, scans): shown by us, never run on our origin. */
export const documentPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'self'; sandbox";
/** Sheets that we rendered ourselves, for a frame of our own page: it reads their height and prints them. No script, nothing loaded. */
export const sheetPolicy = `${documentPolicy} allow-same-origin allow-modals`;
/** The browsers' own viewer of PDF does not work in a sandbox. */
export const pdfPolicy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

const transportSecurity = 'max-age=31536000; includeSubDomains';

/** Of pages and of the screens' own API. */
export function securityHeaders(https: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': pagePolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()',
    'x-robots-tag': 'noindex, nofollow',
    ...(https && { 'strict-transport-security': transportSecurity }),
  };
}

/** Of the FHIR API, which is no page: what a program that reads data has no use for is left out, since every header costs each request. */
export function dataHeaders(https: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    ...(https && { 'strict-transport-security': transportSecurity }),
  };
}
