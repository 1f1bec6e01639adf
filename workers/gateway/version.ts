/**
 * The version of the API's answers: `major.minor`. The major is that of the path (`/v1`, `/v2` is Alpaca's own); the minor grows
 * when something is added, which clients that let unknown fields pass do not see. Nothing is taken away or changed within a
 * major: that would be a new path beside the old one, which then says by `Deprecation` and `Sunset` (RFC 9745, 8594) how long it stays.
 */
export const API_VERSION = "1.0";
export const API_VERSION_HEADER = "API-Version";
