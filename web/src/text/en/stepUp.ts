/** Texts of the step-up: proving again who acts. */
export const STEP_UP = {
  title: "Confirm that it is you",
  why: "This needs a fresh proof. It counts for five minutes.",
  method: "Prove it by",
  methods: { password: "Password", totp: "Authenticator code", passkey: "Passkey" },
  code: "Code of your authenticator app",
  password: "Password",
  usePasskey: "Use a passkey",
  confirm: "Confirm",
  cancelled: "Not confirmed. Nothing was changed.",
  noPasskey: "The passkey was not used. Try again, or choose another way.",
} as const;
