/** The FHIR base: the audience of every token, SMART's `aud` and the resource of RFC 8707. */
export function fhirBase(url: string): string {
  return `${url}/fhir/R4`;
}

/** The name under which `prompt=none` is handed to the library, whose own sign-in is not the one that counts. */
export const silentParam = 'karta_silent';
