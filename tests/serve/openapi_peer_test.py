#!/usr/bin/env python3
"""What /openapi.json says is what the service does: schemathesis makes requests of it, right ones and wrong ones, and
compares the answers with the document.

openapi_peer_test.py PROGRAM FOLDER OF A VIRTUAL ENVIRONMENT
"""

import pathlib
import subprocess
import sys
import tempfile

from served import Served, packages

# A photo that it makes up is rightly refused (422), so that a body which fits the document need not be taken.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance," \
         "response_headers_conformance,unsupported_method,negative_data_rejection"

if __name__ == "__main__":
    python = packages(sys.argv[2], "schemathesis==4.32.5")
    with tempfile.TemporaryDirectory() as folder, Served(sys.argv[1], folder, "--photos", "photos", "--corrections",
                                                         "kept") as served:
        result = subprocess.run([python.parent / "schemathesis", "run", served.address + "openapi.json", "--checks",
                                 CHECKS, "--max-examples", "30", "--seed", "1", "--generation-database", "none",
                                 "--exclude-checks", "ignored_auth"], cwd=folder)
    sys.exit(result.returncode)
