import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../../../protocol/http/apiFault.ts";
import { APP_SCOPES } from "../../../../protocol/auth/appScopes.ts";
import type { AppContext } from "../../context.ts";
import { answerRevocation, answerToken } from "../../oauth/tokenEndpoint.ts";
import { publicOrigin } from "../../publicOrigin.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";
import { authorize, decide } from "./authorize.ts";

const METADATA_CACHE = "public, max-age=300";

/** Our OAuth provider: metadata, authorization, tokens, and who the person is. */
export const oauthResource = defineResource("oauth", ACCESS, {
  "/.well-known/openid-configuration": { GET: answerMetadata },

  "/.well-known/oauth-authorization-server": { GET: answerMetadata },

  "/oauth/authorize": { GET: authorize, POST: decide },

  "/oauth/token": { POST: answerToken },

  "/oauth/revoke": { POST: answerRevocation },

  "/oauth/userinfo": { GET: answerUserinfo, POST: answerUserinfo },
});

/** OpenID Connect Discovery, 3, and RFC 8414, 2. */
function answerMetadata(c: AppContext): Response {
  const issuer = publicOrigin(c).origin;
  const methods = ["client_secret_basic", "client_secret_post", "none"];
  c.header("Cache-Control", METADATA_CACHE);
  return c.json({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    scopes_supported: APP_SCOPES,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    code_challenge_methods_supported: ["S256"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "email", "email_verified"],
    prompt_values_supported: ["none", "login", "consent"],
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    claims_parameter_supported: false,
  });
}

/** The UserInfo endpoint (OpenID Connect Core, 5.3), for apps with the scope `openid`. */
async function answerUserinfo(c: AppContext): Promise<Response> {
  const { proof, credential, route } = c.var.caller;
  const person =
    proof === "app" ? await ask(() => identityObject(c.env, route).authorizedApps.userinfo(credential)) : null;
  if (person === null) throw new ApiFault({ reason: "forbidden" });
  const email = person.email === null ? {} : { email: person.email, email_verified: true };
  return c.json({ sub: person.subject, ...email });
}
