"""What a pack says to whoever unpacks it without drctl."""

from __future__ import annotations

README = "README.txt"

README_TEXT = """\
EVIDENCE OF A DISASTER RECOVERY, OR OF A DRILL OF ONE

Written by drctl. This file is the same in every pack; MANIFEST.json says which run it is, and whether it had ended.

    run.json, report.html, report.txt, report.md, junit.xml
                         what the run has proved, all computed from journal.jsonl; report.html is for people
    journal.jsonl        everything that happened, one event a line, each covered by the hash of the one after it
    logs.txt             the same, one line each, for reading
    logs/programs/       what programs of the runbook have printed, without secrets
    aws-requests.jsonl   every change that AWS was asked for, with AWS's own request ids
    runbook/             the runbook, and every one nested in it, as they were run
    amendments/          how the runbook was changed while it ran, by whom and why
    environment.json     where it was run
    SHA256SUMS           the SHA-256 of each of these files
    MANIFEST.json        which run this is, and the SHA-256 of SHA256SUMS
    MANIFEST.sig         the signature of MANIFEST.json: Ed25519 (RFC 8032), 64 bytes
    signer.pem           the public key that it was made with

A run whose MANIFEST.json says "simulated": true was driven against a simulated AWS: no evidence of a real recovery.

TO VERIFY IT WITH DRCTL

    drctl verify PACK.zip --signers FILE

TO VERIFY IT WITHOUT DRCTL

Unpack it, and in its folder:

1. The manifest was signed with that key (OpenSSL 3; a pack without MANIFEST.sig is not signed):

    openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in MANIFEST.json -sigfile MANIFEST.sig

2. The key is whose you think it is. Never take the pack's own word: compare the fingerprint with one that you have
   from its owner. It is that of `ssh-keygen -l`, the SHA-256 of the key as OpenSSH sends it; MANIFEST.json has it
   as SHA256:... without the = at the end:

    {
      printf '\\0\\0\\0\\013ssh-ed25519\\0\\0\\0\\040'
      openssl pkey -pubin -in signer.pem -outform DER | tail -c 32
    } | openssl dgst -sha256 -binary | base64

3. The list of hashes is the one that was signed (one line is printed):

    grep "$(sha256sum < SHA256SUMS | cut -c 1-64)" MANIFEST.json

4. Every file is the one in the list, and none was added (the second command prints nothing):

    sha256sum --check --strict --quiet SHA256SUMS
    find . -type f ! -path './MANIFEST.*' ! -path ./SHA256SUMS | cut -c 3- | grep -vxF "$(cut -c 67- SHA256SUMS)"

5. The chain of events is whole, and its last hash is the one in MANIFEST.json. The hash of an event is the SHA-256 of
   four lines without a newline at the end: the hash before it (64 zeros before the first), its seq, its fence, and
   its text, which is what stands between "event": and the last brace of its line. In Python 3:

    python3 -c '
    import hashlib, json
    before = "0" * 64
    for line in open("journal.jsonl", encoding="utf-8", newline="\\n"):
        row, text = json.loads(line), line.partition(",\\"event\\":")[2][:-2]
        told = "\\n".join((before, str(row["seq"]), str(row["fence"]), text))
        before = hashlib.sha256(told.encode()).hexdigest()
        assert before == row["hash"], row["seq"]
    assert before == json.load(open("MANIFEST.json"))["journal"]["head_hash"]
    print("the chain is whole:", before)'
"""
