#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Read a repository of ours with python-tuf, which knows nothing of balai.

    tuf_read.py REPO [--at 2026-02-16T02:00:00Z] [--refused]

REPO is the folder that holds metadata/ and targets/. Trust begins with its
first root. Each target is fetched, its length and hash checked by python-tuf,
and listed. --at sets the clock. --refused turns the verdict round: the
repository must not pass. Exits 0 where it held, 1 where it did not, 3 where
python-tuf is not there (pip install tuf)."""

import argparse
import datetime
import pathlib
import sys
import tempfile
import urllib.parse

try:
    from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
    from tuf.ngclient import Updater
    from tuf.ngclient.fetcher import FetcherInterface
except ImportError:
    print("tuf_read: skipped: python-tuf is not installed (pip install tuf)")
    sys.exit(3)


class FolderFetcher(FetcherInterface):
    """file: addresses, as a web server would answer them."""

    def _fetch(self, url):
        path = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(url).path))
        if not path.is_file():
            raise DownloadHTTPError(f"{path} is not there", 404)
        return iter([path.read_bytes()])


def read(repo, at):
    with tempfile.TemporaryDirectory() as here:
        kept, got = pathlib.Path(here, "metadata"), pathlib.Path(here, "targets")
        kept.mkdir()
        got.mkdir()
        base = repo.resolve().as_uri()
        updater = Updater(
            str(kept),
            base + "/metadata/",
            str(got),
            base + "/targets/",
            fetcher=FolderFetcher(),
            bootstrap=(repo / "metadata" / "1.root.json").read_bytes(),
        )
        if at is not None:
            updater._trusted_set.reference_time = at
        updater.refresh()
        trusted = updater._trusted_set
        for path in sorted(trusted.targets.targets):
            info = updater.get_targetinfo(path)
            updater.download_target(info)
            custom = info.custom or {}
            print(f"  {custom.get('app', path)} {custom.get('version', '-')} {info.length} bytes")
        print(
            f"ok    root {trusted.root.version}, timestamp {trusted.timestamp.version}, "
            f"snapshot {trusted.snapshot.version}, targets {trusted.targets.version}: "
            f"{len(trusted.targets.targets)} targets"
        )


def main():
    ask = argparse.ArgumentParser(add_help=False)
    ask.add_argument("repo", type=pathlib.Path)
    ask.add_argument("--at")
    ask.add_argument("--refused", action="store_true")
    args = ask.parse_args()
    at = None
    if args.at is not None:
        at = datetime.datetime.strptime(args.at, "%Y-%m-%dT%H:%M:%SZ").replace(
            tzinfo=datetime.timezone.utc
        )
    try:
        read(args.repo, at)
    except (RepositoryError, DownloadError, ValueError, OSError) as why:
        print(f"{'ok    refused' if args.refused else 'WRONG'}: {type(why).__name__}: {why}")
        return 0 if args.refused else 1
    return 1 if args.refused else 0


if __name__ == "__main__":
    sys.exit(main())
