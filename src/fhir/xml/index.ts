/** FHIR's XML beside its JSON (http://hl7.org/fhir/R4/xml.html). A door of its own: browsers need none of it. */
export { readXml, XmlReader, XmlRefusal } from './read-xml.ts';
export { escapeText } from './narrative.ts';
export { writeXml } from './write-xml.ts';
