// etcd of the version that Kubernetes is tested with: an older one reports no progress of watches, and everything that
// watches is late.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
