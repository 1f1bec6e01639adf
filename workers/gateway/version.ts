/**
 * The API version, `major.minor`. The major version is that of the path (`/v1`; `/v2` is Alpaca's). The minor version
 * grows with additions, which clients that ignore unknown fields do not notice. Nothing is removed or changed within a
 * major version: a new path is added instead, and the old one announces its end by `Deprecation` and `Sunset` (RFC
 * 9745, 8594).
 */
export const API_VERSION = "1.0";
export const API_VERSION_HEADER = "API-Version";
