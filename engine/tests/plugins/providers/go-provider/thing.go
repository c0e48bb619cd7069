package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

type provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	engine *grpc.ClientConn
	cloud  string
	prefix string
}

var typed = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

func decode(fields *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(fields, typed)
}

func encode(properties resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(properties, typed)
}

func (p *provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version}, nil
}

func (p *provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := decode(req.News)
	if err != nil {
		return nil, err
	}
	var failures []*pulumirpc.CheckFailure
	if news["prefix"].IsNumber() {
		failures = append(failures, &pulumirpc.CheckFailure{Property: "prefix", Reason: "must be a text"})
	}
	return &pulumirpc.CheckResponse{Inputs: req.News, Failures: failures}, nil
}

func (p *provider) Configure(_ context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	p.prefix = req.Variables["gofake:config:prefix"]
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsPreview: true,
	}, nil
}

func (p *provider) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := decode(req.News)
	if err != nil {
		return nil, err
	}
	if news["value"].IsNull() {
		failure := &pulumirpc.CheckFailure{Property: "value", Reason: "is required"}
		return &pulumirpc.CheckResponse{Inputs: req.News, Failures: []*pulumirpc.CheckFailure{failure}}, nil
	}
	if _, given := news["size"]; !given {
		news["size"] = resource.NewNumberProperty(1)
	}
	inputs, err := encode(news)
	return &pulumirpc.CheckResponse{Inputs: inputs}, err
}

// Diff replaces a thing whose zone changes, and updates it for all else.
func (p *provider) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	olds, err := decode(req.OldInputs)
	if err != nil {
		return nil, err
	}
	news, err := decode(req.News)
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	diff := olds.Diff(news)
	if diff == nil {
		return answer, nil
	}
	answer.Changes = pulumirpc.DiffResponse_DIFF_SOME
	for _, key := range diff.ChangedKeys() {
		answer.Diffs = append(answer.Diffs, string(key))
		if key == "zone" {
			answer.Replaces = append(answer.Replaces, "zone")
		}
	}
	return answer, nil
}

// outputsOf is what a thing tells of itself. What depends on a value that is not known yet is not known either.
func (p *provider) outputsOf(inputs resource.PropertyMap, preview bool) resource.PropertyMap {
	outputs := inputs.Copy()
	value := inputs["value"]
	secret := value.IsSecret()
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	shout := resource.MakeComputed(resource.NewStringProperty(""))
	if value.IsString() {
		shout = resource.NewStringProperty(p.prefix + strings.ToUpper(value.StringValue()))
	}
	if secret {
		shout = resource.MakeSecret(shout)
	}
	outputs["shout"] = shout
	outputs["token"] = resource.MakeSecret(resource.NewStringProperty("go-token"))
	if preview {
		outputs["token"] = resource.MakeComputed(resource.NewStringProperty(""))
	}
	return outputs
}

func (p *provider) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := decode(req.Properties)
	if err != nil {
		return nil, err
	}
	id := string(resource.URN(req.Urn).Name()) + "-go"
	if zone := inputs["zone"]; zone.IsString() {
		id += "-" + zone.StringValue()
	}
	outputs := p.outputsOf(inputs, req.Preview)
	if req.Timeout != 0 {
		outputs["patience"] = resource.NewNumberProperty(req.Timeout)
	}
	properties, err := encode(outputs)
	if err != nil || req.Preview {
		return &pulumirpc.CreateResponse{Properties: properties}, err
	}
	if err := p.store(id, properties); err != nil {
		return nil, err
	}
	if reason := inputs["notReady"]; reason.IsString() {
		return nil, notReady(id, properties, reason.StringValue())
	}
	return &pulumirpc.CreateResponse{Id: id, Properties: properties}, nil
}

func notReady(id string, properties *structpb.Struct, reason string) error {
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, reason), &pulumirpc.ErrorResourceInitFailed{
		Id: id, Properties: properties, Reasons: []string{reason},
	})
}

func (p *provider) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	inputs, err := decode(req.News)
	if err != nil {
		return nil, err
	}
	properties, err := encode(p.outputsOf(inputs, req.Preview))
	if err != nil || req.Preview {
		return &pulumirpc.UpdateResponse{Properties: properties}, err
	}
	return &pulumirpc.UpdateResponse{Properties: properties}, p.store(req.Id, properties)
}

func (p *provider) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	text, err := os.ReadFile(p.file(req.Id))
	if os.IsNotExist(err) {
		return &pulumirpc.ReadResponse{}, nil
	}
	if err != nil {
		return nil, err
	}
	properties := &structpb.Struct{}
	if err := json.Unmarshal(text, properties); err != nil {
		return nil, err
	}
	inputs := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for _, name := range []string{"value", "size", "zone"} {
		if value, has := properties.Fields[name]; has {
			inputs.Fields[name] = value
		}
	}
	return &pulumirpc.ReadResponse{Id: req.Id, Properties: properties, Inputs: inputs}, nil
}

func (p *provider) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, os.Remove(p.file(req.Id))
}

func (p *provider) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	if req.Tok != "gofake:index:shout" {
		return nil, rpcerror.New(codes.InvalidArgument, fmt.Sprintf("no function %q", req.Tok))
	}
	text := req.Args.Fields["text"].GetStringValue()
	if text == "" {
		failure := &pulumirpc.CheckFailure{Property: "text", Reason: "is empty"}
		return &pulumirpc.InvokeResponse{Failures: []*pulumirpc.CheckFailure{failure}}, nil
	}
	result, err := structpb.NewStruct(map[string]interface{}{"text": strings.ToUpper(text)})
	return &pulumirpc.InvokeResponse{Return: result}, err
}

func (p *provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *provider) file(id string) string {
	return filepath.Join(p.cloud, id+".json")
}

func (p *provider) store(id string, properties *structpb.Struct) error {
	text, err := properties.MarshalJSON()
	if err != nil {
		return err
	}
	return os.WriteFile(p.file(id), text, 0o600)
}
