// What every host has to manage: sign, verify, refuse, decide. Given the package, it gives one line.
export async function smoke(sdk, vector) {
  const signer = sdk.seedSigner(new Uint8Array(32).fill(9));
  const proof = await sdk.dpopProof({ method: "GET", url: "https://holder.example/records/allergy" }, signer);
  const good = sdk.tryVerify(proof, { kind: "dpop+jwt" });
  const at = proof.lastIndexOf(".") + 1;
  const other = proof[at] === "A" ? "B" : "A";
  const bad = sdk.tryVerify(`${proof.slice(0, at)}${other}${proof.slice(at + 1)}`, { kind: "dpop+jwt" });
  const permit = sdk.decide(vector).outcome;
  const deny = sdk.decide({ ...vector, category: "lifelog" });
  return [good.ok, bad.ok ? "accepted" : bad.code, permit, deny.code, sdk.thumbprint(signer.jwk)].join(" ");
}
