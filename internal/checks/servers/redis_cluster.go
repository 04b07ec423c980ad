//go:build unix

package servers

import (
	"os/exec"
	"strings"
	"testing"
)

// A Cluster is a Redis Cluster of three primaries without replicas, each with a
// third of the slots. They save each write before they answer, so a node that
// is killed and started again has lost nothing.
type Cluster struct {
	Nodes []*Redis

	t testing.TB
}

// StartCluster starts the nodes and returns when they form a cluster.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	for range 3 {
		bus, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		c.Nodes = append(c.Nodes, StartRedis(t, "--cluster-enabled", "yes", "--cluster-port", bus,
			"--cluster-node-timeout", "1000", "--appendonly", "yes", "--appendfsync", "always"))
	}
	c.cli(append(append([]string{"--cluster", "create"}, c.Addrs()...), "--cluster-yes")...)
	c.Await()
	return c
}

// Addrs are the addresses of the nodes.
func (c *Cluster) Addrs() (addrs []string) {
	for _, node := range c.Nodes {
		addrs = append(addrs, node.Addr)
	}
	return addrs
}

// Await waits until every node calls the cluster complete.
func (c *Cluster) Await() {
	c.t.Helper()
	await(c.t, "every node calls the cluster complete", func() bool {
		for _, node := range c.Nodes {
			if !strings.Contains(node.Command("CLUSTER", "INFO"), "cluster_state:ok") {
				return false
			}
		}
		return true
	})
}

// MoveSlots moves so many slots, with their keys, from one node to another,
// one slot after the other, while the cluster goes on serving.
func (c *Cluster) MoveSlots(from, to *Redis, slots string) {
	c.t.Helper()
	c.cli("--cluster", "reshard", from.Addr, "--cluster-from", strings.TrimSpace(from.Command("CLUSTER", "MYID")),
		"--cluster-to", strings.TrimSpace(to.Command("CLUSTER", "MYID")), "--cluster-slots", slots, "--cluster-yes")
}

func (c *Cluster) cli(args ...string) {
	c.t.Helper()
	if out, err := exec.Command(need(c.t, "redis-cli"), args...).CombinedOutput(); err != nil {
		c.t.Fatalf("redis-cli %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
