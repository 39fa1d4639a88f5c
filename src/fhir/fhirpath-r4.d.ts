/** The package declares this model under a folder's name only, which an ES module cannot import. */
declare module 'fhirpath/fhir-context/r4/index.js' {
  const model: typeof import('fhirpath/fhir-context/r4');
  export default model;
}
