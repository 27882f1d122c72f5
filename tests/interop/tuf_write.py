#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A repository that python-tuf wrote, read by our client.

    tuf_write.py TUF_CLIENT

It is served on loopback, with what a city of ours never publishes: delegated
roles by path, by hash, in bins and in a chain, a role of an odd name, sha512, a
target in the open, root and timestamp keys that change. TUF_CLIENT
(tests/tuf/tuf_client.c) must fetch each target as it is, and refuse what was
changed. A repository of ECDSA keys it takes too, but not with --ours, as a
city's client. Exits 0 where all of it held."""

import contextlib
import copy
import datetime
import functools
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.parse

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

ENDS = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=2)
ODD = "peran/../aneh? #%C3"


def file_name(role, version):
    return f"metadata/{version}.{urllib.parse.quote(role, '')}.json"


class Repository:
    """Its files, by the path that a client asks for."""

    def __init__(self, new_key=CryptoSigner.generate_ed25519):
        self.new_key, self.files, self.keys, self.roles = new_key, {}, {}, {}
        self.root = Root(version=1, expires=ENDS, consistent_snapshot=True)
        for role in ("root", "targets", "snapshot", "timestamp"):
            self.keys[role] = [new_key() for _ in range(2 if role == "targets" else 1)]
            for key in self.keys[role]:
                self.root.add_key(key.public_key, role)
        self.root.roles["targets"].threshold = 2
        self.roles["targets"] = Targets(version=1, expires=ENDS)
        self.snapshot = Snapshot(version=1, expires=ENDS)
        self.timestamp = Timestamp(version=1, expires=ENDS)

    def sign(self, signed, keys):
        m = Metadata(copy.deepcopy(signed))
        for key in keys:
            m.sign(key, append=True)
        return m.to_bytes(JSONSerializer(compact=False))

    def write_root(self, also=()):
        self.files[file_name("root", self.root.version)] = self.sign(self.root, [*self.keys["root"], *also])

    def next_root(self):
        """Other keys for root itself and for the timestamp."""
        old = self.keys["root"]
        for role in ("root", "timestamp"):
            for key in self.keys[role]:
                self.root.revoke_key(key.public_key.keyid, role)
            self.keys[role] = [self.new_key()]
            self.root.add_key(self.keys[role][0].public_key, role)
        self.root.version += 1
        self.write_root(old)

    def delegate(self, above, name, **how):
        key = self.new_key()
        self.keys[name] = [key]
        self.roles[name] = Targets(version=3, expires=ENDS)
        signed = self.roles[above]
        signed.delegations = signed.delegations or Delegations({}, {})
        signed.delegations.roles[name] = DelegatedRole(name, [], 1, **how)
        signed.add_key(key.public_key, name)

    def delegate_bins(self, above, prefix, bits):
        key = self.new_key()
        bins = SuccinctRoles([], 1, bits, prefix)
        for name in bins.get_roles():
            self.keys[name] = [key]
            self.roles[name] = Targets(version=3, expires=ENDS)
        self.roles[above].delegations = Delegations({}, succinct_roles=bins)
        self.roles[above].add_key(key.public_key)
        return bins

    def target(self, role, path, data, *hashes):
        self.roles[role].targets[path] = f = TargetFile.from_data(path, data, list(hashes) or None)
        folder, _, name = path.rpartition("/")
        for digest in f.hashes.values():
            self.files["targets/" + (folder + "/" if folder else "") + f"{digest}.{name}"] = data

    def write(self):
        for role, signed in self.roles.items():
            data = self.sign(signed, self.keys[role])
            self.files[file_name(role, signed.version)] = data
            self.snapshot.meta[f"{role}.json"] = MetaFile.from_data(signed.version, data, ["sha256"])
        data = self.sign(self.snapshot, self.keys["snapshot"])
        self.files[file_name("snapshot", self.snapshot.version)] = data
        self.timestamp.snapshot_meta = MetaFile.from_data(self.snapshot.version, data, ["sha512"])
        self.files["metadata/timestamp.json"] = self.sign(self.timestamp, self.keys["timestamp"])

    def next(self):
        for signed in (*self.roles.values(), self.snapshot, self.timestamp):
            signed.version += 1
        self.write()


class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, repo, *args):
        self.repo = repo
        super().__init__(*args)

    def do_GET(self):
        data = self.repo.files.get(self.path.lstrip("/"))
        self.send_response(404 if data is None else 200)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(repo):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, repo))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Client:
    """What knows the first root, and keeps what it has verified."""

    def __init__(self, program, url, here, repo, *options):
        self.kept, self.got = here / "metadata", here / "targets"
        for folder in (self.kept, self.got):
            folder.mkdir(parents=True)
        self.words = [program, *options, "--metadata-dir", self.kept, "--metadata-url", url + "metadata/"]
        self.url = url
        (here / "root.json").write_bytes(repo.files["metadata/1.root.json"])
        self.run("init", here / "root.json")

    def run(self, *more):
        return subprocess.run([*self.words, *more], stderr=subprocess.PIPE, text=True, timeout=60)

    def refresh(self):
        return self.run("refresh")

    def fetch(self, *paths):
        names = [word for path in paths for word in ("--target-name", path)]
        return self.run("--target-base-url", self.url + "targets/", "--target-dir", self.got, *names, "download")

    def holds(self, path, data):
        file = self.got / urllib.parse.quote(path, "")
        return file.is_file() and file.read_bytes() == data


class Verdict:
    def __init__(self):
        self.wrong = 0

    def say(self, what, held, why=""):
        self.wrong += not held
        print(f"{'ok   ' if held else 'WRONG'} {what}{'' if held else ': ' + why.strip()}")

    def taken(self, what, run, held=True):
        self.say(what, run.returncode == 0 and held, run.stderr)

    def refused(self, what, run, word):
        self.say(f"{what} is refused", run.returncode == 1 and word in run.stderr, run.stderr or "it was taken")


def make():
    repo = Repository()
    repo.delegate("targets", "sektor", paths=["sektor/*"], terminating=True)
    repo.delegate("sektor", "kecamatan", paths=["sektor/k*"], terminating=False)
    bins = [f"{n:02x}" for n in range(0x80)]
    repo.delegate("targets", "bawah", path_hash_prefixes=bins, terminating=False)
    repo.delegate("targets", ODD, paths=["*", "*/*"], terminating=False)
    targets = {
        "buka.txt": ("targets", b"terbuka\n", "sha256", "sha512"),
        "dalam/map/lain.txt": ("targets", b"", "sha512"),
        "sektor/a.bin": ("sektor", bytes(range(256)), "sha256"),
        "sektor/kota.txt": ("kecamatan", b"kota\n"),
        "aneh.txt": (ODD, b"aneh\n"),
    }
    bins = repo.delegate_bins("kecamatan", "desa", 5)
    for n in range(8):
        path = f"sektor/k{n}.txt"
        targets[path] = (bins.get_role_for_target(path), path.encode())
    # The hash of "hash-1" begins with 73, that of "hash-0" with 87.
    targets["hash-1"] = ("bawah", b"satu\n")
    repo.target("bawah", "hash-0", b"nol\n")
    for path, (role, data, *hashes) in targets.items():
        repo.target(role, path, data, *hashes)
    repo.write_root()
    repo.write()
    return repo, {path: data for path, (_, data, *_) in targets.items()}


def read_all(repo, contents, program, here, v):
    with served(repo) as url:
        client = Client(program, url, here / "whole", repo, "--ours")
        run = client.fetch(*contents)
        v.taken("a repository of python-tuf: targets by path, by hash and in bins", run,
                all(client.holds(path, data) for path, data in contents.items()))
        v.refused("a target that nobody lists", client.fetch("tidak/ada.txt"), "publishes no")
        v.refused("a target that its role may not list", client.fetch("hash-0"), "publishes no")
        repo.next_root()
        repo.target("targets", "buka.txt", b"terbuka lagi\n")
        repo.next()
        run = client.fetch("buka.txt")
        v.taken("its next root, by other keys, and next edition", run, client.holds("buka.txt", b"terbuka lagi\n"))
        tamper(repo, client, url, program, here, v)


def tamper(repo, client, url, program, here, v):
    """Each file of the edition in force with one byte of it changed."""
    whole = dict(repo.files)
    changes = {
        "metadata/2.root.json": "2.root.json",
        "metadata/timestamp.json": "timestamp.json",
        file_name("snapshot", 2): "2.snapshot.json",
        file_name("targets", 2): "2.targets.json",
        file_name(ODD, 4): "aneh",
    }
    for name, word in changes.items():
        at = whole[name].index(b'"expires": "2') + 13
        repo.files[name] = whole[name][:at] + b"9" + whole[name][at + 1 :]
        fresh = Client(program, url, here / urllib.parse.quote(name, ""), repo, "--ours")
        v.refused(f"a changed {name}", fresh.fetch("aneh.txt"), word)
        repo.files[name] = whole[name]
    repo.files = {name: b"lain\n" if name.endswith("aneh.txt") else data for name, data in whole.items()}
    fresh = Client(program, url, here / "target", repo, "--ours")
    run = fresh.fetch("aneh.txt")
    v.refused("a changed target", run, "aneh.txt")
    v.say("and it is not kept", not any(fresh.got.iterdir()), "it is there")
    repo.files = whole
    old = dict(whole)
    repo.next()
    v.taken("one edition more", client.refresh())
    repo.files = old
    v.refused("the edition before it", client.refresh(), "older")


def other_keys(program, here, v):
    """The standard's other keys: for its suite's client, for no city's."""
    for kind, new_key in (("ECDSA", CryptoSigner.generate_ecdsa), ("RSA", CryptoSigner.generate_rsa)):
        repo = Repository(new_key)
        repo.write_root()
        repo.write()
        with served(repo) as url:
            v.taken(f"a repository of {kind} keys, by the suite's client",
                    Client(program, url, here / kind, repo).refresh())
            v.refused(f"a repository of {kind} keys, by a city's,",
                      Client(program, url, here / f"{kind}-ours", repo, "--ours").refresh(), "newer balai")


def main():
    program, v = sys.argv[1], Verdict()
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        repo, contents = make()
        read_all(repo, contents, program, here, v)
        other_keys(program, here, v)
    return 1 if v.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
