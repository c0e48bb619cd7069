import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** MongoDB's wire protocol over one H2 file. */
public final class DocumentStore {

    /** What the server says it is. Its own answer, 5.0 with wire version 8, is refused by drivers of today. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(7, 0, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 21;
        }
    };

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int port = Integer.parseInt(args[1]);
        Files.createDirectories(directory);

        Path file = directory.resolve("documents.mv.db");
        H2Backend backend = new H2Backend(file.toString());
        backend.version(VERSION);
        MongoServer server = new MongoServer(backend);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.shutdown();
            stopped.countDown();
        }));
        ManagementFactory.getPlatformMBeanServer()
            .registerMBean(new StandardMBean((DocumentsMBean) file.toFile()::length, DocumentsMBean.class),
                new ObjectName("trials:type=Documents"));
        server.bind(new InetSocketAddress("0.0.0.0", port));
        stopped.await();
    }
}
