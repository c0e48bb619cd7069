/** What Prometheus is told of the documents. */
public interface DocumentsMBean {
    long getFileBytes();
}
