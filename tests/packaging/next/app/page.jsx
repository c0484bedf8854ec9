"use client";
import { s256 } from "@phr-link/sdk";
import "@phr-link/sdk/elements/define";
import { useEffect, useState } from "react";

export default function Page() {
  const [hash, setHash] = useState("");
  useEffect(() => setHash(s256("")), []);
  return (
    <main>
      <p id="hash">{hash}</p>
      <phr-token token="a.b.c" />
    </main>
  );
}
